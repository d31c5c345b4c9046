from django.db import migrations

# Every transaction that notifies takes one lock for the whole database until it is on disk, so commits that enqueue a
# job would wait for each other, whatever lot they belong to. Workers ask for jobs twice a second instead.
TRIGGER = "procrastinate_jobs_notify_queue_job_inserted_v1"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE procrastinate_jobs DISABLE TRIGGER {TRIGGER}",
            f"ALTER TABLE procrastinate_jobs ENABLE TRIGGER {TRIGGER}",
        )
    ]
