"""The door for language models: the Model Context Protocol over standard input and output, for one local user.

    a model's client ──► server (protocol, progress, cancelling) ──► tools (what is asked, done, told) ──► the studio

Each tool's schema is derived from the requests as the service offers them (see `asks`); files are named by their paths,
which must lie in folders that the user has opened (see `folders`).
"""
