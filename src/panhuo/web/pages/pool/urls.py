"""Addresses of the pool."""

from __future__ import annotations

from django.urls import path

from panhuo.web.pages.pool import acts, cards, declarations, entries, exploitation, filing, samples

urlpatterns = [
    path("pool/", entries.entry_list, name="pool-list"),
    path("pool/mine/", entries.mine, name="pool-mine"),
    path("pool/new/", filing.new, name="pool-new"),
    path("pool/many/", acts.many, name="pool-many"),
    path("pool/inventors/<key:asset>/", filing.inventors, name="pool-inventors"),
    path("pool/<key:entry>/", entries.entry, name="pool-entry"),
    path("pool/<key:entry>/filing/", filing.filing, name="pool-filing"),
    path("pool/<key:entry>/card/", cards.card, name="pool-card"),
    path("pool/<key:entry>/card/share/", cards.share, name="pool-card-share"),
    path("pool/<key:entry>/card/<key:number>/", cards.version, name="pool-card-version"),
    path("pool/<key:entry>/preview/", cards.preview, name="pool-preview"),
    path("pool/<key:entry>/confirm/", acts.confirm, name="pool-confirm"),
    path("pool/<key:entry>/<slug:act>/", acts.act, name="pool-act"),
    path("pool/declarations/", declarations.declaration_list, name="pool-declarations"),
    path("pool/declarations/missing/", declarations.missing, name="pool-declarations-missing"),
    path("pool/declarations/new/<key:asset>/", declarations.declare, name="pool-declare"),
    path("pool/declarations/<key:number>/", declarations.declaration, name="pool-declaration"),
    path("pool/exploitation/", exploitation.exploitation_list, name="pool-exploitation-list"),
    path("pool/exploitation/new/<key:asset>/", exploitation.record, name="pool-exploitation-new"),
    path("pool/exploitation/<key:number>/", exploitation.exploitation, name="pool-exploitation"),
    path("pool/exploitation/<key:number>/decide/", exploitation.decide, name="pool-exploitation-decide"),
    path("pool/exploitation/<key:number>/withdraw/", exploitation.withdraw, name="pool-exploitation-withdraw"),
    path("pool/evidence/<key:number>/", exploitation.evidence, name="pool-evidence"),
    path("pool/samples/", samples.sample_list, name="pool-samples"),
    path("pool/samples/<key:number>/", samples.sample, name="pool-sample"),
]
