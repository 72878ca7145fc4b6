"""Sound: beds, bells, ducking, limiter and the mixer that turns a timeline into frames, any window alone."""
