"""Backups that can be trusted: one sealed file with the database, the files and a list of what is in it.

made = making.make(folder, key)                      # manage.py backup
restoring.check(file, key)                           # every byte, without touching anything
restoring.restore(file, key)                         # manage.py restore, into an empty database

A file is made of entries (`archive`), sealed as a stream (`sealed`): a changed, cut or reordered one is refused before
anything is restored from it.
"""


class BackupFailed(Exception):
    """What went wrong, in a sentence for whoever runs the command."""
