"""What proves the speed: load generators and figures, run by `banjie bench`."""
