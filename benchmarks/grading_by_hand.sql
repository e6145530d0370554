-- The reference of the grading run: the same columns as engine.grading.grade, written by hand for DuckDB, for the
-- pack demo_city on 2025-11-30, with that pack's values as literals and DuckDB's own functions where they help.
-- Words and codes are the numbers that engine.grading keeps them as (engine/records/packing.py).
-- It must give the same rows (the run compares digests before it measures anything).
WITH standing AS (
    SELECT a.*, s.status,
        coalesce(a.expiry_date, CASE WHEN a.jurisdiction = 'CN' THEN CASE a.ip_type
            WHEN 'invention' THEN CAST(a.filing_date + INTERVAL 20 YEAR AS DATE)
            WHEN 'utility_model' THEN CAST(a.filing_date + INTERVAL 10 YEAR AS DATE)
            WHEN 'design' THEN CAST(a.filing_date + INTERVAL (CASE WHEN a.filing_date < DATE '2021-06-01' THEN 10 ELSE 15 END) YEAR AS DATE)
        END END) AS term_end,
        a.data_day <= DATE '2025-11-30' AS known
    FROM assets a LEFT JOIN status s USING (asset_id)
), figured AS MATERIALIZED (
    SELECT asset_id, status, term_end,
        CASE WHEN term_end IS NOT NULL
            THEN greatest((year(term_end) - 2025) * 12 + month(term_end) - 11 - (day(term_end) < 30)::INT, 0) END::INT AS months_left,
        CASE WHEN length(ipc_main) >= 4 AND filing_date <= DATE '2025-11-30' THEN
            ((((((ascii(jurisdiction)::BIGINT * 128 + ascii(substr(jurisdiction, 2, 1))) * 128 + ascii(ipc_main)) * 128
            + ascii(substr(ipc_main, 2, 1))) * 128 + ascii(substr(ipc_main, 3, 1))) * 128 + ascii(substr(ipc_main, 4, 1)))
            * 1000 + year(filing_date) - 1500) * 3
            + CASE ip_type WHEN 'invention' THEN 0 WHEN 'utility_model' THEN 1 WHEN 'design' THEN 2 END
        END AS cohort,
        CASE WHEN known THEN cited_by_count END AS citations,
        claims_count AS claims,
        first_claim_length AS first_claim,
        CASE WHEN known THEN family_count END AS family,
        CASE WHEN grant_date <= DATE '2025-11-30' THEN ((year(grant_date) - year(filing_date)) * 12
            + month(grant_date) - month(filing_date) - (day(grant_date) < day(filing_date))::INT)::INT END AS grant_lag,
        CASE WHEN status = 'granted_in_force' THEN months_left END AS remaining_term
    FROM standing
), listed AS (
    SELECT asset_id,
        min(member) FILTER (WHERE state = 'granted') AS granted_member,
        min(member) FILTER (WHERE state = 'pending') AS pending_member,
        min(member) FILTER (WHERE state = 'unclear') AS unclear_member
    FROM (
        SELECT asset_id, member, CASE
            WHEN office || kind IN ('USS', 'USP2', 'USP3', 'DET2', 'DET3', 'DET4') THEN 'granted'
            WHEN office || kind IN ('USA1', 'USA2', 'USA9', 'CAA1', 'DET1', 'DET5', 'SGA1') THEN 'pending'
            WHEN office || kind = 'AUA4' THEN 'unclear'
            WHEN office || kind[1] IN ('ATT', 'CAA', 'CYT', 'DED', 'DKT', 'EST', 'FIT', 'GRT', 'HRT', 'HUT', 'LTT', 'MYA',
                'NOT', 'OAA', 'PLT', 'PTE', 'PTT', 'RST', 'SIT', 'SKT', 'TRT', 'USA', 'USE', 'USS', 'ZAA') THEN 'granted'
            WHEN office || kind[1] IN ('USH', 'WOA', 'WOB', 'WOC') THEN 'pending'
            WHEN office || kind[1] IN ('HKA', 'NZA', 'SGA', 'SUA', 'USP') THEN 'unclear'
            WHEN kind[1] IN ('B', 'C') THEN 'granted'
            WHEN kind[1] = 'A' THEN 'pending'
            ELSE 'unclear' END AS state
        FROM (
            SELECT asset_id, member, left(member, 2) AS office,
                CASE WHEN right(member, 1) >= 'A' THEN right(member, 1) ELSE right(member, 2) END AS kind
            FROM (SELECT asset_id, unnest(family_members) AS member FROM assets WHERE len(family_members) > 0)
            WHERE left(member, 2) NOT IN ('CN', 'HK', 'MO', 'TW') AND left(member, 2) BETWEEN 'AA' AND 'ZZ'
        )
    ) GROUP BY asset_id
), registered AS (
    SELECT family_key,
        min(publication_number) FILTER (WHERE grant_date <= DATE '2025-11-30' AND jurisdiction <> 'WO') AS granted_relative,
        min(publication_number) FILTER (WHERE publication_date <= DATE '2025-11-30') AS published_relative
    FROM assets WHERE family_key <> '' AND jurisdiction NOT IN ('', 'CN', 'HK', 'MO', 'TW')
    GROUP BY family_key
), pledge_rows AS (
    SELECT asset_id, coalesce(asset_id, -event_id) AS patent, amount_cny,
        CASE WHEN number = '' THEN 'event ' || event_id ELSE number END AS contract
    FROM events WHERE event = 'pledge_registered'
        AND coalesce(event_date, known_on) BETWEEN DATE '2020-12-01' AND DATE '2025-11-30'
), pledges AS (
    SELECT asset_id, bool_or(reached) AS pledge_reached, bool_or(amount IS NULL) AS pledge_untold,
        min(contract) FILTER (WHERE reached) AS pledge_contract
    FROM (
        SELECT r.asset_id, contract, amount, amount >= patents * 10000000.0 AS reached
        FROM pledge_rows r JOIN (
            SELECT contract, max(amount_cny) AS amount, count(DISTINCT patent) AS patents FROM pledge_rows GROUP BY contract
        ) USING (contract) WHERE r.asset_id IS NOT NULL
    ) GROUP BY asset_id
), awards AS (
    SELECT asset_id, min(award) FILTER (WHERE counted AND known) AS award_won,
        min(award) FILTER (WHERE counted AND known IS NOT TRUE) AS award_later,
        min(award) FILTER (WHERE NOT counted AND known) AS award_other
    FROM (
        SELECT asset_id, award, data_day <= DATE '2025-11-30' OR coalesce(told_year < 2025, FALSE) AS known,
            trim(regexp_replace(regexp_replace(trim(award), '[(（][^()（）]*[)）]$', ''),
                '^(第[一二三四五六七八九十百〇零0-9]+(届|批|次)|[12][0-9]{3}年?(度)?|[ 　])+', '')) IN (
                '中国专利金奖', '中国专利银奖', '中国专利优秀奖', '中国专利奖', '中国专利奖金奖', '中国专利奖银奖',
                '中国专利奖优秀奖', '中国外观设计金奖', '中国外观设计银奖', '中国外观设计优秀奖', '国家专利奖',
                '国家科学技术奖', '国家自然科学奖', '国家技术发明奖', '国家科学技术进步奖', '国家科技进步奖',
                '国家自然科学奖一等奖', '国家自然科学奖二等奖', '国家技术发明奖一等奖', '国家技术发明奖二等奖',
                '国家科学技术进步奖特等奖', '国家科学技术进步奖一等奖', '国家科学技术进步奖二等奖',
                '国家科技进步奖一等奖', '国家科技进步奖二等奖') AS counted
        FROM (
            SELECT *, try_cast(regexp_extract(award, '(19[0-9]{2}|20[0-9]{2})', 1) AS INT) AS told_year FROM (
                SELECT asset_id, data_day, unnest(awards) AS award FROM assets WHERE len(awards) > 0
                UNION ALL
                SELECT asset_id, coalesce(event_date, known_on), text FROM events
                WHERE event = 'awarded' AND asset_id IS NOT NULL AND (event_date IS NULL OR event_date <= DATE '2025-11-30')
            )
        ) WHERE coalesce(told_year > 2025, FALSE) = FALSE
    ) GROUP BY asset_id
), spells AS (
    SELECT asset_id, kind, happened, exclusive_start IS NOT NULL AND (ended IS NULL OR exclusive_start > ended) AS exclusive,
        sole_start IS NOT NULL AND (ended IS NULL OR sole_start > ended) AS sole,
        (started IS NOT NULL AND (ended IS NULL OR started > ended)) OR (word <= DATE '2025-11-30' AND (first_dated IS NULL OR word < first_dated)) AS active
    FROM (
        SELECT asset_id, kind, max(started) FILTER (WHERE is_open) AS started,
            max(CASE WHEN number <> '' AND exclusive_start IS NOT NULL THEN started ELSE exclusive_start END)
                FILTER (WHERE is_open) AS exclusive_start,
            max(CASE WHEN number <> '' AND sole_start IS NOT NULL THEN started ELSE sole_start END)
                FILTER (WHERE is_open) AS sole_start,
            max(ended) FILTER (WHERE number = '') AS ended, min(word) AS word, min(first_dated) AS first_dated,
            bool_or(happened) AS happened
        FROM (
            SELECT asset_id, number, kind, max(dated) FILTER (WHERE runs_on) AS started,
                max(dated) FILTER (WHERE runs_on AND kind = 'licence' AND terms = 'exclusive') AS exclusive_start,
                max(dated) FILTER (WHERE runs_on AND kind = 'licence' AND terms = 'sole') AS sole_start,
                max(dated) FILTER (WHERE NOT is_start) AS ended,
                min(known_on) FILTER (WHERE is_start AND event_date IS NULL) AS word,
                min(event_date) FILTER (WHERE is_start) AS first_dated,
                max(ends_on) FILTER (WHERE is_start AND number <> '' AND dated IS NOT NULL) AS last_day,
                bool_or(is_start AND coalesce(event_date, known_on) <= DATE '2025-11-30') AS happened,
                number = '' OR (ended IS NULL AND (last_day IS NULL OR last_day >= DATE '2025-11-30')) AS is_open
            FROM (
                SELECT *, CASE WHEN event_date <= DATE '2025-11-30' THEN event_date END AS dated,
                    event IN ('licence_recorded', 'pledge_registered', 'preserved', 'suspended', 'open_licence_declared') AS is_start,
                    is_start AND (number <> '' OR ends_on IS NULL OR ends_on >= DATE '2025-11-30') AS runs_on,
                    CASE event WHEN 'licence_recorded' THEN 'licence' WHEN 'licence_ended' THEN 'licence'
                        WHEN 'pledge_registered' THEN 'pledge' WHEN 'pledge_cancelled' THEN 'pledge'
                        WHEN 'preserved' THEN 'preservation' WHEN 'preservation_discharged' THEN 'preservation'
                        WHEN 'suspended' THEN 'suspension' WHEN 'suspension_ended' THEN 'suspension'
                        ELSE 'open_licence' END AS kind
                FROM events WHERE asset_id IS NOT NULL AND event IN ('licence_recorded', 'licence_ended', 'pledge_registered',
                    'pledge_cancelled', 'preserved', 'preservation_discharged', 'suspended', 'suspension_ended',
                    'open_licence_declared', 'open_licence_withdrawn')
            ) GROUP BY asset_id, number, kind
        ) GROUP BY asset_id, kind
    )
), histories AS (
    SELECT asset_id, bool_or(active AND kind = 'pledge') AS pledge_active,
        bool_or(active AND kind IN ('preservation')) AS preservation_active,
        bool_or(active AND kind = 'suspension') AS suspension_active,
        bool_or(exclusive) AS exclusive_active, bool_or(sole) AS sole_active,
        bool_or(happened AND kind IN ('licence', 'open_licence_taken')) AS licensed,
        bool_or(happened AND kind = 'pledge') AS pledged, bool_or(happened AND kind = 'transferred') AS transferred,
        bool_or(happened AND kind IN ('own_exploitation', 'product_filed', 'capital_contribution')) AS exploited,
        bool_or(happened AND kind = 'invalidated_part') AS partly_invalidated,
        bool_or(happened AND kind = 'invalidation_started') AS invalidation_started,
        bool_or(happened AND kind = 'litigation') AS sued_over, bool_or(happened AND kind = 'same_day_filing') AS marked_pair
    FROM (
        SELECT asset_id, kind, active, exclusive, sole, happened FROM spells
        UNION ALL
        SELECT asset_id, event, FALSE, FALSE, FALSE, TRUE FROM events
        WHERE asset_id IS NOT NULL AND coalesce(event_date, known_on) <= DATE '2025-11-30'
            AND event IN ('open_licence_taken', 'transferred', 'own_exploitation', 'product_filed', 'capital_contribution',
                'invalidated_part', 'invalidation_started', 'litigation', 'same_day_filing')
    ) GROUP BY asset_id
), fees AS (
    SELECT asset_id, max(day) FILTER (WHERE event = 'termination_notice') AS noticed,
        max(day) FILTER (WHERE event IN ('fee_paid', 'restored')) AS settled,
        max(day) FILTER (WHERE event = 'invalidation_started') AS started,
        max(day) FILTER (WHERE event IN ('invalidated_part', 'invalidated_all')) AS concluded
    FROM (
        SELECT asset_id, event, coalesce(event_date, known_on) AS day FROM events
        WHERE asset_id IS NOT NULL AND event IN ('termination_notice', 'fee_paid', 'restored',
            'invalidation_started', 'invalidated_part', 'invalidated_all')
    ) WHERE day <= DATE '2025-11-30' GROUP BY asset_id
), trends AS (
    SELECT left(ipc_main, 4) AS field, count(*) FILTER (WHERE filing_date > DATE '2018-11-30') AS later, count(*) - later AS earlier,
        later * 100 // nullif(earlier, 0) AS trend
    FROM assets WHERE filing_date > DATE '2013-11-30' AND filing_date <= DATE '2023-11-30' AND length(ipc_main) >= 4
    GROUP BY field HAVING count(*) >= 30
), {standings}, facts AS (
    SELECT a.asset_id, f.status, f.term_end, f.months_left, a.filing_date, i.sei_class, i.sei_branches, i.sei_evidence,
        a.jurisdiction = 'CN' AS by_cnipa, a.ip_type = 'invention' AS is_invention, a.ip_type = 'utility_model' AS is_model,
        a.ip_type = 'design' AS is_design, a.ipc_main <> '' AS has_symbols,
        nullif(f.status, 'cannot_say') = 'granted_in_force' AS in_force,
        f.status IN ('expired_term', 'lapsed_unpaid_fee', 'abandoned', 'abandoned_double', 'invalidated_all', 'rejected',
            'withdrawn', 'ended_unspecified') AS has_ended,
        f.status IN ('pending', 'published', 'examination', 'rejected', 'withdrawn') AS never_granted,
        CASE WHEN a.region_code <> '' THEN a.region_code WHEN length(a.owner_code) = 18 THEN substr(a.owner_code, 3, 6) END AS place,
        length(place) = 6 AND left(place, 2) NOT IN ('71', '81', '82') AS at_home,
        i.sei_class = 'sei_confirmed' AS confirmed, i.sei_class = 'sei_candidate' AS candidate,
        len(a.co_owner_types) > 0 AS co_owned, a.data_day <= DATE '2025-11-30' AS known,
        CASE WHEN granted_relative IS NOT NULL OR (granted_member IS NOT NULL AND known) THEN 0
            WHEN granted_member IS NOT NULL THEN 1 WHEN unclear_member IS NOT NULL THEN 2
            WHEN published_relative IS NOT NULL OR (pending_member IS NOT NULL AND known) THEN 3
            WHEN pending_member IS NOT NULL THEN 4
            WHEN len(a.family_members) > 0 OR a.family_count = 1 THEN 5
            WHEN a.family_count > 1 THEN 6 ELSE 7 END AS abroad,
        published_relative IS NOT NULL OR ((pending_member IS NOT NULL OR granted_member IS NOT NULL) AND known) AS is_published,
        coalesce(granted_relative, granted_member, published_relative, pending_member, unclear_member) AS member,
        noticed IS NOT NULL AND (settled IS NULL OR settled < noticed) AS fee_unpaid, trend,
        started IS NOT NULL AND (concluded IS NULL OR concluded < started) AS invalidation_pending,
        a.same_day_pair IS NOT NULL OR marked_pair AS paired,
        (known AND a.litigation_count > 0) OR sued_over AS litigated,
        CASE WHEN len(a.ipc_keys) > 0 THEN list_unique(list_transform(a.ipc_keys, lambda one: left(one, 4))) END AS subclasses,
        p.* EXCLUDE (asset_id), w.* EXCLUDE (asset_id), h.* EXCLUDE (asset_id), {index_columns}
    FROM assets a
    LEFT JOIN figured f USING (asset_id)
    LEFT JOIN sei i USING (asset_id)
    LEFT JOIN listed l USING (asset_id)
    LEFT JOIN registered r USING (family_key)
    LEFT JOIN pledges p USING (asset_id)
    LEFT JOIN awards w USING (asset_id)
    LEFT JOIN histories h USING (asset_id)
    LEFT JOIN fees USING (asset_id)
    LEFT JOIN trends ON trends.field = left(a.ipc_main, 4)
    {index_joins}
), judged AS (
    SELECT *,
        CASE WHEN NOT is_invention THEN FALSE WHEN confirmed THEN TRUE WHEN has_symbols THEN FALSE END AS sei,
        CASE WHEN NOT is_invention THEN 4 WHEN confirmed THEN 0 WHEN candidate THEN 1 WHEN has_symbols THEN 2 ELSE 3 END AS sei_reason,
        CASE WHEN NOT is_invention THEN FALSE WHEN abroad = 0 THEN TRUE
            WHEN abroad IN (1, 2, 6, 7) THEN NULL
            ELSE FALSE END AS overseas_family,
        CASE WHEN NOT is_invention THEN 8 ELSE abroad END AS overseas_family_reason,
        filing_date <= DATE '2015-11-29' AS longer,
        CASE WHEN NOT is_invention THEN FALSE ELSE longer END AS maintained_over_10y,
        CASE WHEN NOT is_invention THEN 3 WHEN longer THEN 0 WHEN filing_date IS NULL THEN 1 ELSE 2 END AS maintained_over_10y_reason,
        CASE WHEN longer THEN filing_date::VARCHAR END AS maintained_over_10y_evidence,
        CASE WHEN NOT is_invention THEN FALSE WHEN pledge_reached THEN TRUE WHEN pledge_untold THEN NULL ELSE FALSE END AS high_pledge_amount,
        CASE WHEN NOT is_invention THEN 4 WHEN pledge_reached THEN 0 WHEN pledge_untold THEN 1
            WHEN pledge_untold IS NOT NULL THEN 2 ELSE 3 END AS high_pledge_amount_reason,
        CASE WHEN NOT is_invention THEN FALSE WHEN award_won IS NOT NULL THEN TRUE WHEN award_later IS NOT NULL THEN NULL ELSE FALSE END AS award,
        CASE WHEN NOT is_invention THEN 4 WHEN award_won IS NOT NULL THEN 0 WHEN award_later IS NOT NULL THEN 1
            WHEN award_other IS NOT NULL THEN 2 ELSE 3 END AS award_reason,
        coalesce(award_won, award_later, award_other) AS award_evidence,
        sei OR overseas_family OR maintained_over_10y OR high_pledge_amount OR award AS is_met,
        CASE WHEN is_invention THEN 7500 WHEN is_model AND paired THEN 4000 WHEN is_model THEN 5000 END AS examination_record,
        CASE WHEN partly_invalidated OR invalidation_started THEN 4000 WHEN litigated THEN 6000 ELSE 7500 END AS dispute_history,
        claims_percentile_e4 AS claim_tree,
        first_claim_percentile_e4 AS claim_breadth,
        CASE WHEN is_model THEN 7500 END AS feature_comparability,
        CASE WHEN preservation_active OR suspension_active THEN 2000 WHEN exclusive_active OR sole_active THEN 4000
            WHEN pledge_active THEN 6000 WHEN co_owned THEN 8000 ELSE 10000 END AS encumbrances,
        CASE WHEN award THEN 10000 ELSE citations_percentile_e4 END AS citations_awards,
        CASE WHEN subclasses >= 4 THEN 9000 WHEN subclasses = 3 THEN 7500 WHEN subclasses = 2 THEN 6000 WHEN subclasses = 1 THEN 4000
            END AS field_breadth,
        CASE WHEN exploited THEN 9000 END AS readiness,
        CASE WHEN trend >= 150 THEN 9000 WHEN trend >= 110 THEN 7500 WHEN trend >= 80 THEN 6000 WHEN trend >= 50 THEN 4000
            WHEN trend >= 0 THEN 2000 END AS filing_trend,
        CASE WHEN confirmed THEN 9000 WHEN candidate THEN 6000 WHEN has_symbols THEN 4000 END AS policy_direction,
        CASE WHEN has_ended THEN 0 WHEN months_left >= 120 THEN 9000 WHEN months_left >= 60 THEN 7500 WHEN months_left >= 36 THEN 6000
            WHEN months_left >= 12 THEN 4000 WHEN months_left IS NOT NULL THEN 2000 END AS legal_term,
        CASE WHEN exploited THEN 9000 END AS products_revenue,
        CASE WHEN licensed THEN 9000 WHEN pledged THEN 7500 WHEN transferred THEN 7500 ELSE 4000 END AS deal_history,
        CASE WHEN abroad = 0 THEN 9000 WHEN is_published THEN 7000 WHEN abroad = 5 THEN 4000 END AS family_layout
    FROM facts
), weighed AS (
    SELECT *,
        (examination_record IS NOT NULL)::INT * 3334 + 3333 AS stability_weight,
        ((coalesce(examination_record, 0) * 3334 + dispute_history * 3333) * 2 + stability_weight) // (stability_weight * 2) AS right_stability,
        (filing_trend IS NOT NULL)::INT + (policy_direction IS NOT NULL)::INT AS trends_known,
        ((coalesce(filing_trend, 0) + coalesce(policy_direction, 0)) * 2 + trends_known) // nullif(trends_known * 2, 0) AS field_trend,
        (family_layout IS NOT NULL)::INT + 1 AS operations_known,
        ((deal_history + coalesce(family_layout, 0)) * 2 + operations_known) // (operations_known * 2) AS operation_status,
        (claim_tree IS NOT NULL)::INT + (claim_breadth IS NOT NULL)::INT AS claims_known,
        ((coalesce(claim_tree, 0) + coalesce(claim_breadth, 0)) * 2 + claims_known) // nullif(claims_known * 2, 0) AS protection_scope,
        (protection_scope IS NOT NULL)::INT + (feature_comparability IS NOT NULL)::INT + 2 AS legal_known,
        ((right_stability + coalesce(protection_scope, 0) + coalesce(feature_comparability, 0) + encumbrances) * 2 + legal_known)
            // (legal_known * 2) AS legal,
        (citations_awards IS NOT NULL)::INT * 1670 + ((field_breadth IS NOT NULL)::INT + (readiness IS NOT NULL)::INT
            + (field_trend IS NOT NULL)::INT) * 1666 AS technical_weight,
        ((coalesce(citations_awards, 0) * 1670 + (coalesce(field_breadth, 0) + coalesce(readiness, 0) + coalesce(field_trend, 0)) * 1666) * 2
            + technical_weight) // nullif(technical_weight * 2, 0) AS technical,
        (legal_term IS NOT NULL)::INT + (products_revenue IS NOT NULL)::INT + 1 AS economic_known,
        ((coalesce(legal_term, 0) + coalesce(products_revenue, 0) + operation_status) * 2 + economic_known) // (economic_known * 2) AS economic,
        6000 + (technical IS NOT NULL)::INT * 4000 AS whole_weight,
        ((legal * 3000 + coalesce(technical, 0) * 4000 + economic * 3000)::BIGINT * 2 + whole_weight) // (whole_weight * 2) AS score,
        2500::BIGINT * (stability_weight + claims_known * 5000 + (feature_comparability IS NOT NULL)::INT * 5000 + 5000)
            AS legal_share,
        1670::BIGINT * (citations_awards IS NOT NULL)::INT * 5000 + 1666::BIGINT * ((field_breadth IS NOT NULL)::INT * 10000
            + (readiness IS NOT NULL)::INT * 5000 + trends_known * 5000) AS technical_share,
        2500::BIGINT * ((legal_term IS NOT NULL)::INT + (products_revenue IS NOT NULL)::INT + operations_known) * 5000 AS economic_share,
        ((legal_share * 3000 + technical_share * 4000 + economic_share * 3000) * 20000 + 1000000000000) // 2000000000000 AS confidence
    FROM judged
), scored AS (
    SELECT *,
        CASE WHEN is_design THEN 0 WHEN NOT is_invention AND NOT is_model THEN 1 WHEN never_granted THEN 2 WHEN confidence < 2500 THEN 3
            ELSE 4 END AS grade_reason
    FROM weighed
)
SELECT asset_id, status, CASE WHEN confirmed THEN 0 WHEN candidate THEN 1 WHEN has_symbols THEN 2 END AS sei_class, sei_branches, term_end,
    by_cnipa AND is_invention AND in_force AND at_home AND is_met AS high_value,
    CASE WHEN NOT by_cnipa THEN 0 WHEN NOT is_invention THEN 1 WHEN NOT in_force THEN 2 WHEN NOT at_home THEN 3 WHEN NOT is_met THEN 4
        WHEN in_force IS NULL THEN 5 WHEN at_home IS NULL THEN 6 WHEN is_met IS NULL THEN 7 ELSE 8 END AS high_value_reason,
    sei, sei_reason, sei_evidence, overseas_family, overseas_family_reason, member AS overseas_family_evidence,
    maintained_over_10y, maintained_over_10y_reason, maintained_over_10y_evidence,
    high_pledge_amount, high_pledge_amount_reason, pledge_contract AS high_pledge_amount_evidence, award, award_reason, award_evidence,
    {written_columns}, {score_columns}, CASE WHEN is_invention OR is_model THEN score END AS value_score, confidence AS value_confidence,
    coalesce(pledge_active, FALSE)::INT + coalesce(exclusive_active, FALSE)::INT * 2 + coalesce(sole_active, FALSE)::INT * 4 AS disclosures,
    has_ended::INT + coalesce(preservation_active, FALSE)::INT * 2 + coalesce(suspension_active, FALSE)::INT * 4 + coalesce(fee_unpaid AND in_force, FALSE)::INT * 8
        + coalesce(invalidation_pending, FALSE)::INT * 16 + coalesce(partly_invalidated, FALSE)::INT * 32 AS flags,
    (in_force IS NULL)::INT AS unsettled,
    CASE WHEN grade_reason <> 4 THEN NULL WHEN score >= 7500 THEN 0 WHEN score >= 6000 THEN 1 WHEN score >= 4000 THEN 2 ELSE 3 END AS grade,
    grade_reason,
    award AS has_award, coalesce(citations_percentile_e4 >= 7500, FALSE) AS cited,
    CASE WHEN has_award OR cited THEN TRUE END AS criterion_advanced,
    has_award::INT + cited::INT * 2 AS criterion_advanced_evidence,
    coalesce(is_invention AND in_force AND claims_percentile_e4 >= 7500, FALSE) AS more_claims,
    coalesce(is_invention AND in_force AND maintained_over_10y, FALSE) AS long_kept,
    CASE WHEN partly_invalidated THEN FALSE WHEN more_claims OR long_kept THEN TRUE END AS criterion_good_quality,
    coalesce(partly_invalidated, FALSE)::INT + more_claims::INT * 2 + long_kept::INT * 4 AS criterion_good_quality_evidence,
    abroad = 0 AS has_grant, coalesce(confirmed, FALSE) AS strategic,
    CASE WHEN strategic OR has_grant OR licensed OR pledged THEN TRUE END AS criterion_good_market,
    strategic::INT + has_grant::INT * 2 + coalesce(licensed, FALSE)::INT * 4 + coalesce(pledged, FALSE)::INT * 8 AS criterion_good_market_evidence,
    preservation_active OR suspension_active AS held, exclusive_active OR sole_active AS bound,
    coalesce(months_left < 24, FALSE) AS ends_soon,
    CASE WHEN has_ended OR held OR bound OR ends_soon THEN FALSE WHEN exploited THEN TRUE END AS criterion_ready_to_use,
    has_ended::INT + coalesce(held, FALSE)::INT * 2 + coalesce(bound, FALSE)::INT * 4 + ends_soon::INT * 8 + coalesce(exploited, FALSE)::INT * 32 AS criterion_ready_to_use_evidence
FROM scored
