"""The domain: what Luxx does, without a word about how it is asked."""
