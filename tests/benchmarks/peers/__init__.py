"""The benchmarks' peers: what they are told, and what they answer."""
