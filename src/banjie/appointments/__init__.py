"""Appointments 预约回访: who promised whom to call, and when. They keep no place in a queue; callbacks do."""
