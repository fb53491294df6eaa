"""The parts of the step `match`."""
