from django.db import migrations

# Opening packs nothing: PostgreSQL's own packing takes four fifths of the time it takes to write a long answer, in the one
# transaction that everybody waits for.
_AS_WRITTEN = "ALTER TABLE competitions_openedquality ALTER COLUMN content SET STORAGE EXTERNAL"
_PACKED = "ALTER TABLE competitions_openedquality ALTER COLUMN content SET STORAGE EXTENDED"


class Migration(migrations.Migration):

    dependencies = [
        ('competitions', '0010_innovation_criteria'),
    ]

    operations = [migrations.RunSQL(_AS_WRITTEN, _PACKED)]
