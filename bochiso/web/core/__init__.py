"""What every page is made with: context of templates, services, caches, errors."""
