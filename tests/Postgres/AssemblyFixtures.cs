using Sarai.Testing;

[assembly: AssemblyFixture(typeof(TestPostgres))]
