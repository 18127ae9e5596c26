"""Listening tests: stimuli alike but for what is asked, a page for raters, their answers, and what they say."""
