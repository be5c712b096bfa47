"""What people and projects say of findings: justifications, policies, waivers, baselines."""
