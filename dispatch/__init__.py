"""What do we know, promise and allow?"""
