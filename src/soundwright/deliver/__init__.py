"""What leaves the house: sound files in their formats, marked, with a manifest, stems, timelines, and pictures."""
