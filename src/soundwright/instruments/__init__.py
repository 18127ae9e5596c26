"""Notes to sound: the built-in synthesised instruments, and soundfonts when one is installed."""
