# audio
