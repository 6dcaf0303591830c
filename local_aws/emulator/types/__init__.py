"""CloudFormation's resource types: the emulator's put right, ours plugged in, stand-ins for the rest."""
