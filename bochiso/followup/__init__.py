"""What is asked of people: lists of work, targets. The rules alone, without data of their own."""
