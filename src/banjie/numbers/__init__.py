"""400 and other service numbers: where a dialled number leads, and when."""
