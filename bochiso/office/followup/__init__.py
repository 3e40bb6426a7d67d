"""What is asked of units and answered by them: explanations, objections, apologies; each deed is a line."""
