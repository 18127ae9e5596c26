"""What leaves the house: sound files in their formats, marked, with a manifest, stems, and pictures."""
