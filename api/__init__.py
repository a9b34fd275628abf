"""The door: HTTP in, JSON and pages out, who may do what. No query, no arithmetic."""
