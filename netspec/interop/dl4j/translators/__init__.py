"""The translators, a file a family, or a folder where they are many. Every class in it with a Java name is one; no list is kept."""
