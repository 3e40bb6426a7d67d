"""Sets of rules from YAML: the file's tree, its checks, what is said of what is wrong."""
