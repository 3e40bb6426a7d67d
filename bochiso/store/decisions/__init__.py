"""What an office decided: publications, withdrawals, names, texts, documents issued, forms received."""
