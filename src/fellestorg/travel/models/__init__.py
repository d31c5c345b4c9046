"""The data of travel, by subject, one file each."""
