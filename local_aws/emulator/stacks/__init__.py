"""What stacks do: changes, waits, nested stacks, their ends and what is answered of them."""
