"""Unified prospectus 联合招商手册: any selection of public projects as one bilingual PDF, made in the background.

It says what the pages say to everybody, by the same functions, and nothing that depends on who asks (J-5).
"""
