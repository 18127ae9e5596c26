"""A person's own recordings: indexed once, found by words or by sound, cut to events, extended, blended.

`store` keeps what is known of each file, `add` brings files in, `search` finds them, `cut` and `texture` make them fit
an event, `blend` bends one towards another. Nothing heavy is imported until one of them is used.
"""
