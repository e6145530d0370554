from django.db import migrations

BATCH = 1_000


def into_the_tree(apps, schema_editor):
    """Number the entries that are there from 1 on, in their order, and grow the tree over them.

    What no entry may hold becomes text in old data: floats and large numbers their digits, bad signs U+FFFD.
    """
    from panhuo.desk.history.log_store import TREE, entry_of, hash_of
    from panhuo.engine.proof import Frontier, canonical

    entries, trees = apps.get_model("history", "LoggedAction"), apps.get_model("history", "LogTree")
    nodes = apps.get_model("history", "LogNode")
    frontier = Frontier(hash_of("", 0), 0, [])
    after = None
    while True:
        waiting = entries.objects.order_by("number")
        rows = list((waiting if after is None else waiting.filter(number__gt=after))[:BATCH])
        if not rows:
            break
        made = []
        for row in rows:
            after = row.number
            row.number, row.data = frontier.size + 1, as_loggable(row.data)
            row.leaf = frontier.hash.leaf(canonical(entry_of(row)))
            entries.objects.filter(number=after).update(number=row.number, data=row.data, leaf=row.leaf)
            made += [nodes(level=one.level, number=one.index, digest=one.digest) for one in frontier.append(row.leaf)]
        nodes.objects.bulk_create(made)
    if frontier.size:
        trees.objects.create(pk=TREE, hash=frontier.hash.name, size=frontier.size, tops=frontier.stored())


def out_of_the_tree(apps, schema_editor):
    """The entries stay, with their numbers; the tree, which an earlier version does not know, goes."""
    for name in ("LogReceipt", "LogHead", "LogNode", "LogTree"):
        apps.get_model("history", name).objects.all().delete()
    apps.get_model("history", "LoggedAction").objects.update(leaf=None)


def as_loggable(value):
    from panhuo.engine.proof.entry import LARGEST

    if isinstance(value, float) or (isinstance(value, int) and abs(value) > LARGEST):
        return repr(value)
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {as_loggable(key): as_loggable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_loggable(one) for one in value]
    return value


class Migration(migrations.Migration):
    dependencies = [("history", "0004_log_tree")]

    operations = [migrations.RunPython(into_the_tree, out_of_the_tree)]
