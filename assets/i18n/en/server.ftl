# The companion server: its command line, and what it tells those who ask it.

server-usage =
    korero-server: sound from artists to listeners

    korero-server serve [--listen ADDRESS:PORT] [--media ADDRESS:PORT] [--media-tcp ADDRESS:PORT] [--public-address IP]… [--public-url URL] [--data FOLDER] [--config FILE] [--open-metrics] [--archive FOLDER|s3://BUCKET/PREFIX] [--archive-quota MIB]
    korero-server artist add NAME [--slug SLUG] [--data FOLDER] [--json]
    korero-server key new SLUG [--data FOLDER] [--json]
    korero-server openapi
server-artist-added = { $name } is added. The page is /@{ $slug }; now make a key: korero-server key new { $slug }
server-key-shown = This key lets { $slug } go on air. It is shown only now: keep it where nobody else reads it.
server-stopping = The server stops. Performances stay open for 15 minutes and go on when it is back.
server-page-not-built = The server runs, but it was built without its web page. Build the page in the folder web (npm run build), then build the server again.

fault-server-port = Pages cannot be served at { $address }: { $reason }. Nothing was changed.
    .remedy = End the program that uses this port, or choose another with --listen.
fault-server-media-port = Sound cannot be received at { $address }: { $reason }. Nothing was changed.
    .remedy = End the program that uses this port, or choose another with --media.
fault-server-media-tcp-port = Sound over TCP cannot be received at { $address }: { $reason }. Nothing was changed.
    .remedy = End the program that uses this port, or choose another with --media-tcp.
fault-server-data = The database in { $folder } cannot be used: { $reason }. Nothing was changed.
    .remedy = Check that the folder may be written to, or choose another with --data.
fault-server-no-data-folder = This system does not say where data belongs.
    .remedy = Choose a folder with --data.
fault-server-config = The settings in { $file } cannot be used: { $reason }.
    .remedy = Correct the file, or start without it.
fault-server-setting = “{ $value }” is no value for { $name }.
    .remedy = Give a value such as 127.0.0.1:8080 for an address with a port, or 192.0.2.1 for an address.
fault-server-argument = This was not understood: { $argument }.
    .remedy = korero-server --help shows what is.
fault-server-slug = “{ $name }” cannot be added under the address name “{ $slug }”.
    .remedy = Choose one with --slug: up to { $limit } small letters, digits and hyphens.
fault-server-slug-taken = Another artist has the address name { $slug } already. Nothing was changed.
    .remedy = Choose another with --slug.
fault-server-no-artist = There is no artist with the address name { $slug }.
    .remedy = Add one: korero-server artist add NAME
fault-server-random = The system gives no random numbers, without which no connection is safe.
    .remedy = Restart the machine, then start the server again.
fault-server-system = The server could not begin: the system refused a thread or a signal ({ $reason }).
    .remedy = Close other programs or raise the limit of threads, then start again.

fault-server-no-key = No stream key came with the request.
    .remedy = Send the key as a bearer token.
fault-server-wrong-key = The stream key is not right for this artist.
    .remedy = Check that the whole key was copied, or ask the host of the server for a new one.
fault-server-no-page-of-artist = There is no artist at this address.
    .remedy = Check the address for a typing error.
fault-server-no-session = This connection is over.
    .remedy = Connect again.
fault-server-no-performance = There is no such performance of this artist.
    .remedy = Open a new one.
fault-server-no-page = There is nothing at this address.
    .remedy = Check the address for a typing error.
fault-server-no-method = This address exists but does not do that.
    .remedy = Look up what it does in /api/openapi.json.
fault-server-not-yet-on-air = Nobody plays here yet.
    .remedy = Try again in a moment.
fault-server-too-large = The request is larger than { $limit } KiB.
    .remedy = Send less.
fault-server-wrong-type = The request has another content type than this address takes.
    .remedy = Send application/sdp to connect, or application/trickle-ice-sdpfrag to add candidates.
fault-server-malformed = The request could not be read.
    .remedy = Check that its content is what its content type says.
fault-server-wrong-media = The offer is not for exactly one audio line with Opus in the right direction.
    .remedy = Offer one Opus line and no video: sendonly to play, recvonly to listen.
fault-server-wrong-value = A title or name is too long, or a time is out of range.
    .remedy = Use at most 120 characters, without line breaks.
fault-server-tag-missing = The change came without an entity tag.
    .remedy = Send the ETag of the connection as If-Match.
fault-server-tag-stale = The change came with an entity tag that is no longer valid.
    .remedy = Send the ETag that came with the connection.
    .remedy = Connect anew when it is lost.
fault-server-full = No more can connect at the moment. Those who are connected go on.
    .remedy = Try again in a few seconds.
fault-server-too-many = Too many requests or connections come from this address.
    .remedy = Try again in a few seconds.
fault-server-broken = The server could not do this because of a fault of its own.
    .remedy = Try again in a few seconds; the host of the server finds the reason in its log.

fault-server-archive = The archive at { $place } cannot be used: { $reason }. Nothing was changed.
    .remedy = Choose another folder or store with --archive. For s3://… set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, unless it is Amazon's, AWS_ENDPOINT.
fault-server-no-upload = There is no such upload of this artist.
    .remedy = Begin a new one.
fault-server-upload-over = This upload was given up, or nobody went on with it for a week.
    .remedy = Begin a new one; the file itself was not touched.
fault-server-wrong-version = The request does not speak tus 1.0.0, the only version that this server speaks.
    .remedy = Send Tus-Resumable: 1.0.0 with every request.
fault-server-wrong-chunk-type = The bytes came without the content type of a chunk.
    .remedy = Send application/offset+octet-stream.
fault-server-wrong-offset = These bytes do not begin where the upload ends. Nothing was changed.
    .remedy = Ask with HEAD where it ends, and go on from there.
fault-server-past-end = More bytes came than the file was said to have. None of them were kept.
    .remedy = Begin a new upload with the right length.
fault-server-wrong-checksum = These bytes arrived otherwise than they were sent. None of them were kept.
    .remedy = Send them again.
fault-server-unknown-checksum = The checksum is of a kind that this server does not know.
    .remedy = Use sha256 or sha1.
fault-server-interrupted = The connection was lost before everything had arrived.
    .remedy = Ask with HEAD how much is safe, and go on from there.
fault-server-no-hash = The upload came without the SHA-256 of the whole file, without which nobody can tell whether it arrives bit for bit.
    .remedy = Send it in Upload-Metadata as sha256: 64 hexadecimal digits, in Base64.
fault-server-no-master = The archive takes masters only.
    .remedy = Send a WAV or FLAC file, as audio/wav or audio/flac.
fault-server-master-too-large = The file is larger than the { $limit } GiB that the archive takes.
    .remedy = Send it in parts, or as FLAC.
fault-server-too-many-uploads = This artist has { $limit } uploads under way already.
    .remedy = Finish one of them or give one up.
fault-server-archive-full = The file needs { $wanted } MiB, but this artist has only { $left } MiB left in the archive. Nothing in it was touched.
    .remedy = Remove recordings of { $over } MiB from the archive, or ask the host of the server for more room.
fault-server-no-disk = The disk under the archive is full. What arrived before is safe.
    .remedy = Tell the host of the server; when there is room, upload again: it goes on from there.
fault-server-no-recording = There is no such recording in the archive.
    .remedy = Look at the performance for those that are there.
fault-server-no-such-range = The recording has no bytes in the range that was asked for.
    .remedy = Ask for a range within its length.
