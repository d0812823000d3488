"""hub: JupyterHub for one class on one machine; README.md says how."""
