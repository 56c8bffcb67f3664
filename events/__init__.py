"""What happened, what was said, and who stands where: records, dates, filters and files."""
