"""Vertices of graphs: `org.deeplearning4j.nn.conf.graph`."""
