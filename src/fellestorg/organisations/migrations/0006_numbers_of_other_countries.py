import django.db.models.functions.text
from django.db import migrations, models

import fellestorg.organisations.rules


class Migration(migrations.Migration):
    dependencies = [
        ('organisations', '0005_api_tokens'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='organisation',
            name='number_is_nine_digits',
        ),
        migrations.AddField(
            model_name='organisation',
            name='country',
            field=models.CharField(default='NO', help_text='ISO 3166-1', max_length=2),
        ),
        migrations.AlterField(
            model_name='organisation',
            name='number',
            field=models.CharField(help_text="nine digits, or the country and its register's number as DE-HRB12345", max_length=40, unique=True, validators=[fellestorg.organisations.rules.check_number]),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('country', 'NO'), ('number__regex', '^[0-9]{9}$')), models.Q(models.Q(('country', 'NO'), _negated=True), ('country', django.db.models.functions.text.Left('number', 2)), ('kind', 'supplier'), ('number__regex', '^[A-Z]{2}(-[A-Z0-9]+)+$')), _connector='OR'), name='number_of_its_country'),
        ),
    ]
