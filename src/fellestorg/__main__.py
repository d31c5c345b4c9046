from fellestorg.cli import main

raise SystemExit(main())
