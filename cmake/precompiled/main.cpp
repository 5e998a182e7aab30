// The program that the precompiled header of the tests is made with.
int main() {}
