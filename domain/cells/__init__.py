"""The cells of one column: read, judged, and refused where they are not what was declared."""
