"""What is taken away: the labelled table and files of it, and documents that tell what was found."""

from clustering.export.archive import ZipFile, per_segment_zip
from clustering.export.campaign import Campaign, CampaignSpec, campaign, campaign_table
from clustering.export.contact import ContactColumn, contact_columns, contact_entries
from clustering.export.delimited import CsvFile, OnStep, count_formulas, to_csv
from clustering.export.labelled import label_table, only_ids
from clustering.export.parquet import to_parquet

__all__ = [
    "Campaign",
    "CampaignSpec",
    "ContactColumn",
    "CsvFile",
    "OnStep",
    "ZipFile",
    "campaign",
    "campaign_table",
    "contact_columns",
    "contact_entries",
    "count_formulas",
    "label_table",
    "only_ids",
    "per_segment_zip",
    "to_csv",
    "to_parquet",
]
