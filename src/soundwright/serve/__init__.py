"""The service: the same requests over HTTP, kept as jobs in a database and done by a worker process for each device.

    a client ──► app (guard, keys, routes, doors) ──► jobs in the database ◄── workers, one for each device
                                                       files in one folder

Nothing that a client sends is ever a path: files come as uploads and are named by opaque ids (see `asks`, `uploads`).
Several machines share one service by one PostgreSQL database and one folder that all of them see.
"""
