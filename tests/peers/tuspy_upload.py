"""Uploads a file to a tus server with the tus project's own client, in chunks with SHA-1 checksums.

usage: tuspy_upload.py CREATION_URL FILE --key-file FILE [--stop-after CHUNKS]
"""

import argparse
import hashlib
from pathlib import Path

from tusclient import client

CHUNK = 1 << 20


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("file", type=Path)
    parser.add_argument("--key-file", type=Path, required=True)
    parser.add_argument("--stop-after", type=int, help="break off after so many chunks, then go on anew")
    args = parser.parse_args()
    tus = client.TusClient(args.url, headers={"Authorization": f"Bearer {args.key_file.read_text().strip()}"})
    metadata = {
        "filename": args.file.name,
        "filetype": "audio/wav",
        "sha256": hashlib.sha256(args.file.read_bytes()).hexdigest(),
    }
    said = {"file_path": str(args.file), "chunk_size": CHUNK, "metadata": metadata, "upload_checksum": True}
    uploader = tus.uploader(**said)
    for _ in range(args.stop_after or 0):
        uploader.upload_chunk()
    if args.stop_after:
        uploader = tus.uploader(url=uploader.url, **said)
        print(f"goes on at {uploader.offset}", flush=True)
    uploader.upload()
    print(f"sent {uploader.offset}", flush=True)


if __name__ == "__main__":
    main()
