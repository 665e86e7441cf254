"""What one session may take of the server's memory, all in one room.

A person's share is what they brought, what was worked out of it, and what was built to be taken away. What they brought
cannot be had again from anywhere, so it is bounded when it comes: by the size of one upload, by that of all files of
the session together, and by the free memory, before it is read (`clustering.table`). Everything else can be made again:
where its part is full, what was used longest ago goes first.
"""

UPLOAD_LIMIT_MB = 200  # of one file; the server's own limit (.streamlit/config.toml) is the same
FILES_LIMIT_MB = 400  # of all files of a session: customers or purchases, new customers, a labelled file of then
# In memory a table takes three to six times its file. What a page needs at a time of the largest one must have room:
# the prepared columns (a third of a gigabyte), the segment of every row and its distances (a tenth each).
CACHES = 1 << 30  # bytes of everything worked out, in all caches of a session together
DOWNLOADS = 400 << 20  # bytes of files built to be saved; a workbook of the largest table has room
MOST_DOWNLOADS = 12
MOST_SWEEPS = 64  # about 0.1 MB each
# Free memory below which those who left and hold something are waited for no longer than a line may be broken: an
# upload of the largest size must have room.
SCARCE = 5 * UPLOAD_LIMIT_MB << 20
GRACE = 30.0  # seconds


def held(name: str) -> str:
    """Why a file is not taken up: the session's files would be too large together."""
    return (
        f"{name} does not fit beside the other files of this session: together they may hold {FILES_LIMIT_MB} MB. "
        "Save your work, open the app anew and upload only this file, or use the command line."
    )
