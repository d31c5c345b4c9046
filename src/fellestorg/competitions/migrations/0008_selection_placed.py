# The column's old name is a word of SQL's own.

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("competitions", "0007_envelopes_renewed")]
    operations = [migrations.RenameField("selection", "table", "placed")]
