"""Letters and reports of follow-up, by Decree 30/2020/NĐ-CP: explanations gathered, apologies."""
