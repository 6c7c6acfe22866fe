"""What others have recorded: readers of gazetteers (and of event data); none of them looks at another."""
