"""What an agreement's page tells besides the rules: framework document, news and contacts."""
