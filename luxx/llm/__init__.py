"""Talking to model providers: one adapter per wire format."""
