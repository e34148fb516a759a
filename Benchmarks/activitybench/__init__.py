"""The benchmark of activityd: an interleaved, paired comparison with its floor and its peers."""
