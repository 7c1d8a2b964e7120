"""Reports: one self-contained HTML page for a run, a file of labels, a study or a data set.

Every page is made from the files of what it reports on, so that `qent report` makes the same page
again later, without the program that computed the numbers.
"""
