"""Office documents with invented patents, persons and firms, one function a format."""

from __future__ import annotations

USPTO_DTD = '<!DOCTYPE us-patent-grant SYSTEM "us-patent-grant-v45-2014-04-03.dtd" [ ]>\n'


def uspto_grant(number: str = "09990001", *, title: str = "Kiln for bricks", doctype: str = USPTO_DTD) -> bytes:
    """A grant of v4.5 with IPC, CPC, two parties, two claims and citations."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
{doctype}<us-patent-grant lang="EN" dtd-version="v4.5 2014-04-03" country="US" date-publ="20180501">
<us-bibliographic-data-grant>
<publication-reference><document-id><country>US</country><doc-number>{number}</doc-number><kind>B2</kind>
<date>20180501</date></document-id></publication-reference>
<application-reference appl-type="utility"><document-id><country>US</country><doc-number>15123456</doc-number>
<date>20160214</date></document-id></application-reference>
<us-application-series-code>15</us-application-series-code>
<priority-claims><priority-claim sequence="01" kind="national"><country>CN</country>
<doc-number>2015 1 0099999</doc-number><date>20150301</date></priority-claim></priority-claims>
<classifications-ipcr>
<classification-ipcr><section>C</section><class>04</class><subclass>B</subclass><main-group>35</main-group>
<subgroup>64</subgroup><symbol-position>L</symbol-position></classification-ipcr>
<classification-ipcr><section>F</section><class>27</class><subclass>B</subclass><main-group>9</main-group>
<subgroup>00</subgroup><symbol-position>F</symbol-position></classification-ipcr>
</classifications-ipcr>
<classifications-cpc><main-cpc><classification-cpc><section>F</section><class>27</class><subclass>B</subclass>
<main-group>9</main-group><subgroup>02</subgroup></classification-cpc></main-cpc></classifications-cpc>
<invention-title id="d2e53">{title}</invention-title>
<us-references-cited>
<us-citation><patcit num="00001"><document-id><country>US</country><doc-number>5555555</doc-number><kind>A</kind>
<name>Nobody</name><date>19960900</date></document-id></patcit></us-citation>
<us-citation><nplcit num="00002"><othercit>A book about kilns</othercit></nplcit></us-citation>
</us-references-cited>
<number-of-claims>2</number-of-claims>
<us-parties><us-applicants><us-applicant sequence="001" app-type="applicant"><addressbook>
<orgname>Yunhu Kiln Works</orgname></addressbook></us-applicant></us-applicants>
<inventors><inventor sequence="001"><addressbook><last-name>Doe</last-name><first-name>Jane</first-name>
</addressbook></inventor></inventors>
<agents><agent><addressbook><orgname>Agents and Sons</orgname></addressbook></agent></agents></us-parties>
<assignees><assignee><addressbook><orgname>Yunhu Kiln Works Ltd.</orgname></addressbook></assignee></assignees>
</us-bibliographic-data-grant>
<abstract id="abstract"><p>A kiln &#x2014; with a belt.</p></abstract>
<description id="description"><p>Long text with <b>marks</b>.</p></description>
<claims id="claims">
<claim id="CLM-00001" num="00001"><claim-text><b>1</b>. A kiln comprising:
<claim-text>a belt; and</claim-text> <claim-text>a burner.</claim-text></claim-text></claim>
<claim id="CLM-00002" num="00002"><claim-text>2. The kiln of <claim-ref idref="CLM-00001">claim 1</claim-ref>.
</claim-text></claim>
</claims>
</us-patent-grant>
""".encode()


def uspto_application() -> bytes:
    """An application of v4.0: IPC in the older writing, inventors as applicants, a serial without its series."""
    return b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE us-patent-application SYSTEM "us-patent-application-v40-2004-12-02.dtd" [ ]>
<us-patent-application lang="EN" country="US">
<us-bibliographic-data-application>
<publication-reference><document-id><country>US</country><doc-number>20050099999</doc-number><kind>A1</kind>
<date>20050512</date></document-id></publication-reference>
<application-reference appl-type="utility"><document-id><country>US</country><doc-number>123456</doc-number>
<date>20041101</date></document-id></application-reference>
<us-application-series-code>10</us-application-series-code>
<classification-ipc><edition>07</edition><main-classification>G06F015/16</main-classification>
<further-classification>H04L012/28</further-classification></classification-ipc>
<invention-title>Tea &lt;sorting&gt; device</invention-title>
<parties><applicants><applicant sequence="00" app-type="applicant-inventor"><addressbook>
<last-name>Roe</last-name><first-name>Richard</first-name></addressbook></applicant></applicants></parties>
</us-bibliographic-data-application>
<abstract><p>It sorts tea.</p></abstract>
<claims><claim><claim-text>1. A device.</claim-text></claim></claims>
</us-patent-application>
"""


def exchange_document(number: str = "113999999", *, title: str = "一种茶叶分选机") -> str:
    """One exchange-document of DOCDB with prefixed names, about an invented Chinese application."""
    return f"""<exch:exchange-document country="CN" doc-number="{number}" kind="A" date-publ="20220315"
 family-id="99999999" status="C">
<exch:bibliographic-data>
<exch:publication-reference data-format="docdb"><document-id lang="zh"><country>CN</country>
<doc-number>{number}</doc-number><kind>A</kind><date>20220315</date></document-id></exch:publication-reference>
<exch:publication-reference data-format="epodoc"><document-id><doc-number>CN{number}</doc-number>
</document-id></exch:publication-reference>
<exch:classifications-ipcr><classification-ipcr sequence="1"><text>B07C   5/    34        20060101AFI20220315RHCN</text>
</classification-ipcr></exch:classifications-ipcr>
<exch:patent-classifications><patent-classification sequence="1"><classification-scheme office="EP" scheme="CPCI"/>
<classification-symbol>B07C   5/3422</classification-symbol></patent-classification>
<patent-classification sequence="2"><classification-scheme office="US" scheme="UC"/>
<classification-symbol>209/576</classification-symbol></patent-classification></exch:patent-classifications>
<exch:application-reference data-format="docdb"><document-id><country>CN</country>
<doc-number>202110123456</doc-number><kind>A</kind><date>20211101</date></document-id></exch:application-reference>
<exch:application-reference data-format="epodoc"><document-id><doc-number>CN20211123456</doc-number></document-id>
</exch:application-reference>
<exch:priority-claims><exch:priority-claim sequence="1" data-format="docdb"><document-id><country>CN</country>
<doc-number>202110123456</doc-number><kind>A</kind><date>20211101</date></document-id></exch:priority-claim>
</exch:priority-claims>
<exch:parties><exch:applicants>
<exch:applicant sequence="1" data-format="docdb"><exch:applicant-name><name>UNIV YUNHU</name></exch:applicant-name>
</exch:applicant>
<exch:applicant sequence="1" data-format="original"><exch:applicant-name><name>云湖大学</name></exch:applicant-name>
</exch:applicant></exch:applicants>
<exch:inventors><exch:inventor sequence="1" data-format="original"><exch:inventor-name><name>甲某</name>
</exch:inventor-name></exch:inventor></exch:inventors></exch:parties>
<exch:invention-title lang="en" data-format="docdba">Tea sorter</exch:invention-title>
<exch:invention-title lang="zh" data-format="original">{title}</exch:invention-title>
</exch:bibliographic-data>
<exch:abstract lang="en"><exch:p>It sorts tea by colour.</exch:p></exch:abstract>
</exch:exchange-document>
"""


def exchange_file(*documents: str) -> bytes:
    """A DOCDB file of such documents."""
    content = "".join(documents or (exchange_document(),))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<exch:exchange-documents xmlns:exch="http://www.epo.org/exchange" date-of-exchange="20220401">\n'
        f"{content}</exch:exchange-documents>\n"
    ).encode()


_OPS = '<?xml version="1.0" encoding="UTF-8"?>\n<ops:world-patent-data xmlns="http://www.epo.org/exchange" '
_OPS += 'xmlns:ops="http://ops.epo.org" xmlns:xlink="http://www.w3.org/1999/xlink">\n'


def _reference(country: str, number: str, kind: str, day: str = "") -> str:
    date = f"<date>{day}</date>" if day else ""
    return (
        f'<document-id document-id-type="docdb"><country>{country}</country><doc-number>{number}</doc-number>'
        f"<kind>{kind}</kind>{date}</document-id>"
    )


def ops_search() -> bytes:
    """An answer to a search: numbers only."""
    found = "".join(
        f"<ops:publication-reference>{_reference('CN', number, 'A')}</ops:publication-reference>\n"
        for number in ("113999999", "113999998")
    )
    answer = (
        f"<ops:biblio-search total-result-count='2'><ops:search-result>{found}</ops:search-result></ops:biblio-search>"
    )
    return f"{_OPS}{answer}</ops:world-patent-data>".encode()


def ops_family() -> bytes:
    """A family of two: a Chinese application and an American one of it."""
    members = "".join(
        f'<ops:family-member family-id="1"><publication-reference>{publication}</publication-reference>'
        f"<application-reference>{application}</application-reference></ops:family-member>\n"
        for publication, application in (
            (_reference("CN", "113999999", "A", "20220315"), _reference("CN", "202110123456", "A", "20211101")),
            (_reference("US", "2023099999", "A1", "20230330"), _reference("US", "13415108", "A", "20220910")),
        )
    )
    answer = f'<ops:patent-family legal="false" total-result-count="2">{members}</ops:patent-family>'
    return f"{_OPS}{answer}</ops:world-patent-data>".encode()


def ops_legal() -> bytes:
    """Legal events of a Chinese grant: transfer, licence, pledge, lapse, in the words that INPADOC uses."""
    told = (
        ("TR01", "TRANSFER OF PATENT RIGHT", "2023-05-09", _TRANSFER),
        ("EE01", "ENTRY INTO FORCE OF RECORDATION OF PATENT LICENSING CONTRACT", "2023-08-01", _LICENCE),
        (
            "PE01",
            "ENTRY INTO FORCE OF THE REGISTRATION OF THE CONTRACT FOR PLEDGE OF PATENT RIGHT",
            "2024-01-02",
            _PLEDGE,
        ),
        ("CF01", "TERMINATION OF PATENT RIGHT DUE TO NON-PAYMENT OF ANNUAL FEE", "2024-09-03", ""),
    )
    events = "".join(
        f'<ops:legal code="{code}" desc="{words}" infl="+"><ops:pre line="00001">CN x {code}</ops:pre>'
        f'<ops:L001EP desc="Country Code">CN</ops:L001EP><ops:L007EP desc="Gazette DATE">{day}</ops:L007EP>'
        f'<ops:L500EP><ops:L510EP desc="Free Format Text">{free}</ops:L510EP></ops:L500EP></ops:legal>\n'
        for code, words, day, free in told
    )
    member = (
        f"<ops:family-member><publication-reference>{_reference('CN', '113999999', 'B', '20221108')}"
        f"</publication-reference><application-reference>{_reference('CN', '202110123456', 'A', '20211101')}"
        f"</application-reference>{events}</ops:family-member>"
    )
    answer = f'<ops:patent-family legal="true" total-result-count="1">{member}</ops:patent-family>'
    return f"{_OPS}{answer}</ops:world-patent-data>".encode()


_TRANSFER = (
    "Effective date of registration: 20230427 Address after: 1 Lake Road, Yunhu City "
    "Patentee after: Yunhu Tea Machines Co.,Ltd. Address before: 2 Hill Road Patentee before: YUNHU UNIVERSITY"
)
_LICENCE = (
    "Application publication date: 20220315 Assignee: Qingshan Food Co.,Ltd. Assignor: Yunhu Tea Machines Co.,Ltd. "
    "Contract record no.: X2023980099999 Denomination of invention: Tea sorter Granted publication date: 20221108 "
    "License type: Common License Record date: 20230720"
)
_PLEDGE = (
    "Denomination of invention: Tea sorter Effective date of registration: 20231215 Granted publication date: 20221108 "
    "Pledgee: Bank of Yunhu Pledgor: Yunhu Tea Machines Co.,Ltd. Registration number: Y2023980099999"
)


def ops_claims() -> bytes:
    """Claims answered as one text, numbered."""
    claims = "1. A sorter with a belt of 2. 5 m. 2. The sorter of claim 1 with a lamp.\n3. Use of it."
    return (
        f'{_OPS}<ftxt:fulltext-documents xmlns="http://www.epo.org/fulltext" xmlns:ftxt="http://www.epo.org/fulltext">'
        f"<ftxt:fulltext-document><bibliographic-data><publication-reference data-format='docdb'>"
        f"{_reference('CN', '113999999', 'A')}</publication-reference></bibliographic-data>"
        f'<claims lang="EN"><claim><claim-text>{claims}</claim-text></claim></claims>'
        "</ftxt:fulltext-document></ftxt:fulltext-documents></ops:world-patent-data>"
    ).encode()


def ops_description() -> bytes:
    """A description: nothing to load."""
    return ops_claims().replace(b"claims", b"description").replace(b"<claim>", b"<p>").replace(b"</claim>", b"</p>")


_CNIPA_KINDS = {
    "A": ("10", "202110123456.7", "113999999", "20220315"),
    "B": ("10", "202110123456.7", "113999999", "20221108"),
    "U": ("20", "202220234567.5", "219999999", "20220701"),
    "S": ("30", "202330345678.3", "308999999", "20230801"),
}


def cnipa(kind: str = "A", *, doctype: str = "", title: str = "一种茶叶分选机") -> bytes:
    """A document of CNIPA's bulk XML; kind A, B, U or S (a design, with Locarno class)."""
    applied, application, number, day = _CNIPA_KINDS[kind]
    biblio = "DesignBibliographicData" if kind == "S" else "BibliographicData"
    classes = (
        "<business:ClassificationLocarno><base:Text>31-00</base:Text></business:ClassificationLocarno>"
        if kind == "S"
        else """<business:ClassificationIPCRDetails><business:ClassificationIPCR sequence="1">
<base:Section>B</base:Section><base:MainClass>07</base:MainClass><base:Subclass>C</base:Subclass>
<base:MainGroup>5</base:MainGroup><base:Subgroup>34</base:Subgroup><base:Text>B07C  5/34 (2006.01)</base:Text>
</business:ClassificationIPCR><business:ClassificationIPCR sequence="2"><base:Section>G</base:Section>
<base:MainClass>06</base:MainClass><base:Subclass>N</base:Subclass><base:MainGroup>3</base:MainGroup>
<base:Subgroup>08</base:Subgroup></business:ClassificationIPCR></business:ClassificationIPCRDetails>"""
    )
    assignees = (
        ""
        if kind == "A"
        else """<business:AssigneeDetails><business:Assignee><base:AddressBook lang="zh">
<base:Name>云湖茶机有限公司</base:Name>
</base:AddressBook></business:Assignee></business:AssigneeDetails>"""
    )
    body = (
        ""
        if kind == "S"
        else """<business:Abstract><base:Paragraphs>本发明公开了一种茶叶分选机。</base:Paragraphs></business:Abstract>
<business:Description><business:TechnicalField><base:Paragraphs>涉及茶叶加工。</base:Paragraphs>
</business:TechnicalField></business:Description>
<business:Claims><business:Claim num="1"><business:ClaimText>1.一种茶叶分选机，其特征在于，
包括输送带。</business:ClaimText></business:Claim>
<business:Claim num="2"><business:ClaimText>2.根据权利要求1所述的茶叶分选机。</business:ClaimText></business:Claim>
</business:Claims>"""
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
{doctype}<business:PatentDocumentAndRelated xmlns:base="http://www.sipo.gov.cn/XMLSchema/base"
 xmlns:business="http://www.sipo.gov.cn/XMLSchema/business" xsdVersion="V2.2.1" status="C" lang="zh" country="CN"
 docNumber="{number}" kind="{kind}" datePublication="{day}">
<business:{biblio} lang="zh" country="CN">
<business:PublicationReference dataFormat="standard"><base:DocumentID><base:WIPOST3Code>CN</base:WIPOST3Code>
<base:DocNumber>000{number}</base:DocNumber><base:Kind>{kind}</base:Kind><base:Date>{day}</base:Date></base:DocumentID>
</business:PublicationReference>
<business:PublicationReference dataFormat="original"><base:DocumentID><base:WIPOST3Code>CN</base:WIPOST3Code>
<base:DocNumber>{number}</base:DocNumber><base:Kind>{kind}</base:Kind><base:Date>{day}</base:Date></base:DocumentID>
</business:PublicationReference>
<business:ApplicationReference applType="{applied}" dataFormat="standard"><base:DocumentID>
<base:WIPOST3Code>CN</base:WIPOST3Code><base:DocNumber>0000000000</base:DocNumber><base:Date>20211101</base:Date>
</base:DocumentID></business:ApplicationReference>
<business:ApplicationReference applType="{applied}" dataFormat="original"><base:DocumentID>
<base:WIPOST3Code>CN</base:WIPOST3Code><base:DocNumber>{application}</base:DocNumber><base:Date>20211101</base:Date>
</base:DocumentID></business:ApplicationReference>
<business:PriorityDetails><business:Priority><base:WIPOST3Code>JP</base:WIPOST3Code>
<base:DocNumber>2020-099999</base:DocNumber><base:Date>20201202</base:Date></business:Priority>
</business:PriorityDetails>
{classes}
<business:InventionTitle lang="zh">{title}</business:InventionTitle>
<business:Parties><business:ApplicantDetails><business:Applicant sequence="1"><base:AddressBook lang="zh">
<base:Name>云湖大学</base:Name><base:Address><base:Province>广东省</base:Province><base:City>云湖市</base:City>
<base:PostCode>529999</base:PostCode><base:Text>广东省云湖市湖滨路1号</base:Text></base:Address></base:AddressBook>
</business:Applicant><business:Applicant sequence="2"><base:AddressBook lang="zh">
<base:Name>青山食品有限公司</base:Name>
</base:AddressBook></business:Applicant></business:ApplicantDetails>
<business:InventorDetails><business:Inventor><base:AddressBook lang="zh"><base:Name>甲某</base:Name></base:AddressBook>
</business:Inventor><business:Inventor><base:AddressBook lang="zh"><base:Name>乙某</base:Name></base:AddressBook>
</business:Inventor></business:InventorDetails>
{assignees}<business:AgentDetails><business:Agent><base:AddressBook lang="zh"><base:Name>丙某</base:Name>
</base:AddressBook>
<base:Agency><base:AddressBook lang="zh"><base:OrganizationName>云湖专利代理事务所</base:OrganizationName>
</base:AddressBook></base:Agency></business:Agent></business:AgentDetails></business:Parties>
<business:ReferencesCited><business:Citation><base:PatentCitation><base:DocumentID>
<base:WIPOST3Code>CN</base:WIPOST3Code><base:DocNumber>101999999</base:DocNumber><base:Kind>A</base:Kind>
</base:DocumentID></base:PatentCitation></business:Citation></business:ReferencesCited>
</business:{biblio}>
{body}
</business:PatentDocumentAndRelated>
""".encode()


def cnipa_2006(
    *, doctype: str = '<!DOCTYPE cn-patent-document SYSTEM "../cn-patent-document-06-10-27.dtd">\n'
) -> bytes:
    """A document of the DTD of 2006, in GB 2312 as such files often are."""
    return f"""<?xml version="1.0" encoding="GB2312"?>
{doctype}<cn-patent-document lang="CN" country="CN">
<cn-bibliographic-data lang="CN" country="CN">
<cn-publication-reference><document-id><country>CN</country><doc-number>101999999</doc-number><kind>A</kind>
<date>20080102</date></document-id></cn-publication-reference>
<application-reference appl-type="invention"><document-id><country>CN</country><doc-number>200710012345.9</doc-number>
<date>20070302</date></document-id></application-reference>
<classifications-ipcr><classification-ipcr><text>A23F 3/06 (2006.01)I</text></classification-ipcr>
</classifications-ipcr>
<invention-title lang="CN">一种制茶方法</invention-title>
<cn-parties><cn-applicants><cn-applicant sequence="1"><addressbook lang="CN"><name>云湖农业学院</name>
<address><province>广东省</province><text>云湖市山前路9号</text></address></addressbook></cn-applicant></cn-applicants>
<cn-inventors><cn-inventor sequence="1"><addressbook lang="CN"><name>丁某</name></addressbook></cn-inventor>
</cn-inventors><cn-agents><cn-agent><addressbook><orgname>云湖专利代理事务所</orgname><name>丙某</name></addressbook>
</cn-agent></cn-agents></cn-parties>
</cn-bibliographic-data>
<application-body lang="CN"><description><p>长文。</p></description>
<claims><claim id="cl1" num="1"><claim-text>1、一种制茶方法，包括揉捻。</claim-text></claim></claims>
<abstract><p>本发明涉及制茶。</p></abstract></application-body>
</cn-patent-document>
""".encode("gb2312")


def patsnap_flat() -> bytes:
    """A flat document with a machine translation joined to the abstract."""
    told = {
        "Patent Number": "US9990001B2",
        "Application Number": "US15/123456",
        "Kind Code": "B2",
        "Title": "KILN FOR BRICKS",
        "Abstract": "A kiln with a belt. | 一种带输送带的窑。",
        "Application Date": "2016-02-14",
        "Publication Date": "2018-05-01",
        "All IPC": "F27B9/00 | C04B35/64",
        "IPC Primary": "F27B9/00",
        "Family Members": "US9990001B2 | CN113999999A",
        "Family Member Count": "2",
        "Cites": "US5555555",
        "Cites Count": "1",
        "Cited By Count": "3",
        "cited by within 3 years": "1",
        "Assignee(s)": "YUNHU KILN WORKS LTD. | QINGSHAN BRICK CO.",
        "Inventor(s)": "DOE, JANE",
        "Number of Inventors": "1",
        "Priority Country": "CN",
        "Priority Number": "201510099999",
        "Priority Date": "2015-03-01",
    }
    fields = "\n".join(f'<str name="{name}">\n\t\t{value}\n\t</str>' for name, value in told.items())
    return f'<?xml version="1.0" ?>\n<doc>\n{fields}\n</doc>\n'.encode()


OLDER = {
    "uspto_aps_text": b"PATN\nWKU  039999999\nSRC  5\nAPN  5999999\nTTL  Kiln\n",
    "uspto_sgml": b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE PATDOC SYSTEM "ST32-US-Grant-025xml.dtd" [
<!ENTITY US06999999-D00000.TIF SYSTEM "US06999999-D00000.TIF" NDATA TIF>
]>
<PATDOC DTD="2.5"><SDOBI>&hairsp;</SDOBI></PATDOC>""",
    "uspto_pap": b"""<!DOCTYPE patent-application-publication SYSTEM "pap-v16.dtd" []>
<patent-application-publication><subdoc-bibliographic-information>&thinsp;</subdoc-bibliographic-information>
</patent-application-publication>""",
    "uspto_brs_text": b"09999999\tB2\t20180501\nKiln\n*** BRS DOCUMENT BOUNDARY ***\nWKU 09999999\n",
    "uspto_xml4ip": b'<?xml version="1.0"?><pat:ClaimsDocument xmlns:pat="urn:x"><pat:Claims/></pat:ClaimsDocument>',
    "cpc_master": b'<?xml version="1.0"?><uspat:CPCMasterClassificationFile xmlns:uspat="urn:x"/>',
    "cpc_scheme": b'<?xml version="1.0"?><class-scheme scheme-type="cpc"/>',
    "uspto_assignment_xml": b'<response><result><doc><str name="reelNo">1</str></doc></result></response>',
}
"""Formats that are known and refused: name of the format -> a document."""


def good_documents() -> dict[str, bytes]:
    """One document or file of every format that is read, by the reader's name."""
    return {
        "uspto_grant_xml": uspto_grant(),
        "uspto_application_xml": uspto_application(),
        "epo_exchange_xml": exchange_file(),
        "epo_family_xml": ops_family(),
        "epo_legal_xml": ops_legal(),
        "epo_claims_xml": ops_claims(),
        "cnipa_xml": cnipa(),
        "cnipa_xml_2006": cnipa_2006(),
        "patsnap_flat_xml": patsnap_flat(),
    }
